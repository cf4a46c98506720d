"""The programming interface: mounts the apps' routers; tokens, errors, paging."""
