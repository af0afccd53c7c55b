"""Report: a week or a month in figures and tables, as HTML, PDF, DOCX or XLSX; `gather.gather`, then `files`."""
