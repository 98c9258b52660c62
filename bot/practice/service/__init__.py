"""A small real shop to practise on: processes of its own, which can be broken and mended."""
