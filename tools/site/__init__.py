"""The documentation as a site: the pages of docs/, and reference pages that are made of the contracts."""
