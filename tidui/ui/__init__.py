"""Layout, components, charts, lists and exports that every app's pages use. Knows no app."""
