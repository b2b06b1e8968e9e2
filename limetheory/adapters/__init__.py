"""Adapters: people keep the code that they wrote for another library, and change its import.

| module | in place of |
|---|---|
| lime | the package lime 0.2.0.1, with its submodules and class names |

Each is imported by its own name, so that none needs the packages of another.
"""
