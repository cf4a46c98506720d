"""The scheme (考核办法): a dated document that says how a ledger becomes scores, grades and pay."""
