"""What client and user say when the server starts: abilities and options in, decisions out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lsprotocol.types import MarkupKind

from prodlint.suggest import nearest

if TYPE_CHECKING:
    from lsprotocol.types import ClientCapabilities

BASELINE_CHOICES = ("hide", "hint", "show")


class Options(NamedTuple):
    """The initialization options.

    ``trusted``: the user trusts the code of the workspace, so that rule packs it names may be loaded. ``baseline``:
    whether violations that the baseline knows are hidden, shown as hints, or shown as all others. ``workspace``:
    whether a client that asks for diagnostics may ask for those of whole folders.
    """

    trusted: bool = False
    baseline: str = "hide"
    workspace: bool = True


def read_options(given: object) -> tuple[Options, list[str]]:
    """The options as given, each fault of which is told and left at its default."""
    if given is None:
        return Options(), []
    if not isinstance(given, dict):
        return Options(), ["the initialization options are no object"]
    faults = []
    values: dict[str, Any] = {}
    for key, value in given.items():
        fault = _fault(str(key), value)
        if fault:
            faults.append(fault)
        else:
            values[key] = value
    return Options(**values), faults


def _fault(key: str, value: object) -> str:
    if key not in Options._fields:
        meant = nearest(key, list(Options._fields))
        return f"unknown option `{key}`" + (f"; did you mean `{meant}`?" if meant else "")
    if key == "baseline":
        return "" if value in BASELINE_CHOICES else f"`{key}` must be one of {', '.join(BASELINE_CHOICES)}"
    return "" if isinstance(value, bool) else f"`{key}` must be true or false"


class Abilities(NamedTuple):
    """What of the client's capabilities decides what it is sent."""

    pulls: bool
    refreshes: bool
    versions: bool
    related: bool
    descriptions: bool
    tags: bool
    markdown: bool
    resolves_edits: bool
    documents: bool
    snippets: bool
    watches: bool
    progress: bool
    kinds: bool


def abilities_of(client: ClientCapabilities) -> Abilities:
    """What a client says that it can do; what it does not speak of, it cannot."""
    text, space, window = client.text_document, client.workspace, client.window
    published = text.publish_diagnostics if text else None
    # A client that asks says the same things about what it gets in its own place.
    pulled: Any = text.diagnostic if text else None
    shown: tuple[Any, ...] = (published, pulled)
    action = text.code_action if text else None
    hover = text.hover if text else None
    edit = space.workspace_edit if space else None
    formats = (hover.content_format if hover else None) or ()
    lazy = action.resolve_support.properties if action and action.resolve_support else ()
    return Abilities(
        pulls=pulled is not None,
        refreshes=bool(space and space.diagnostics and space.diagnostics.refresh_support),
        versions=bool(published and published.version_support),
        related=any(getattr(each, "related_information", None) for each in shown),
        descriptions=any(getattr(each, "code_description_support", None) for each in shown),
        tags=any(getattr(each, "tag_support", None) for each in shown),
        markdown=MarkupKind.Markdown in formats,
        resolves_edits="edit" in lazy and bool(action and action.data_support),
        documents=bool(edit and edit.document_changes),
        snippets=bool(edit and edit.snippet_edit_support),
        watches=bool(space and space.did_change_watched_files and space.did_change_watched_files.dynamic_registration),
        progress=bool(window and window.work_done_progress),
        kinds=bool(action and action.code_action_literal_support),
    )
