"""/api/v1: the published tables for programs, page by page, described by an OpenAPI document that is made from the dictionary."""
