"""Look around in a store: groups, arrays, images, wells, pixels."""
