"""The values: requests, criteria, routes, tables, meshes and answers. They know nothing of what is made from them."""
