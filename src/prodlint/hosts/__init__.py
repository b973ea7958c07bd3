"""The only code that prints, exits, reads the environment or speaks a protocol. Decides nothing about checked code."""
