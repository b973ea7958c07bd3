-- A session of Neovim with its own language client: prints, as JSON, what an editor's user would see.
-- Arguments: the server's command as JSON, the file to open, the file to write the outcome to.
local command, path, outcome = vim.fn.json_decode(arg[1]), arg[2], arg[3]
local seen = { steps = {}, messages = {} }

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n") .. "\n"
end

local function note(step)
  local found = {}
  for _, each in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, { each.code, each.lnum, each.col, each.severity, each.source })
  end
  seen.steps[step] = { diagnostics = found, text = text() }
end

local function wait(what, holds)
  if not vim.wait(60000, holds, 20) then
    error("waited in vain for " .. what)
  end
end

local function count(number)
  return function() return #vim.diagnostic.get(0) == number end
end

-- Chooses from the menu of actions, as its user would.
local function choose(title, context)
  local chosen = false
  vim.ui.select = function(items, options, on_choice)
    for _, item in ipairs(items) do
      if options.format_item(item):find(title, 1, true) then
        chosen = true
        return on_choice(item)
      end
    end
    error("nothing is offered that is called " .. title)
  end
  if vim.fn.has("nvim-0.8") == 1 then
    vim.lsp.buf.code_action({ context = context })
  else
    vim.lsp.buf.code_action(context)
  end
  wait("the menu", function() return chosen end)
end

local function run()
  vim.lsp.handlers["window/showMessage"] = function(_, result)
    table.insert(seen.messages, result.message)
  end
  vim.cmd("edit " .. vim.fn.fnameescape(path))
  local config = { name = "prodlint", cmd = command, root_dir = vim.fn.fnamemodify(path, ":h") }
  if vim.lsp.start then
    vim.lsp.start(config)
  else
    vim.lsp.buf_attach_client(0, vim.lsp.start_client(config))
  end
  wait("diagnostics", count(3))
  note("opened")

  vim.api.nvim_win_set_cursor(0, { 8, 0 })
  choose("Catch `BaseException` instead")
  wait("the quick fix", count(2))
  note("fixed one")

  choose("Apply all safe fixes of prodlint", { only = { "source.fixAll.prodlint" }, diagnostics = {} })
  wait("the fix of all", count(1))
  note("fixed all")

  vim.api.nvim_win_set_cursor(0, { 13, 0 })
  choose("Allow `print-call` here, with a reason")
  wait("the suppression", count(0))
  note("suppressed")

  vim.api.nvim_buf_set_lines(0, 1, 1, false, { "# é😋", "print('😋', print(1))" })
  wait("diagnostics of what is typed", count(2))
  note("typed")
end

local works, why = pcall(run)
if not works then
  seen.error = tostring(why)
  note("failed")
end
vim.fn.writefile({ vim.fn.json_encode(seen) }, outcome)
for _, client in ipairs(vim.lsp.get_active_clients and vim.lsp.get_active_clients() or vim.lsp.get_clients()) do
  client.stop()
end
vim.cmd("qall!")
