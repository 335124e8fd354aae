"""The App Mesh reader: documents to objects (``collect``), objects to a mesh (``lower``)."""
