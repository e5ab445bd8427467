"""The XLSForm engine: a workbook becomes an XForm, an XForm becomes a `Form`, a `Form` is asked as an `Interview`."""
