# The demo's dumps: made up, in the sources' own formats.
