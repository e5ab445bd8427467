"""How the workbooks of tests begin whose campaign is Dân vận, run by the unit TN."""

CAMPAIGN = """
| campaign |
| | key | value |
| | name | Dân vận |
| | prefix | DV |
| | unit | TN |
"""
