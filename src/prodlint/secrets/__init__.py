"""What a credential looks like: by its form, or by its name and value together; and how to show code without it.

Text in, verdicts and masked text out; never touches a tree. `gate` tells at the cost of a few searches that a file can
hold none; the rest is imported only where one may be.
"""
