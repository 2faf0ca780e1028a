"""The blocks of the forms ICS 209 (Incident Status Summary) and ICS 214 (Activity Log), with FEMA's numbers and titles.

Source: NIMS ICS Forms Booklet, FEMA 502-2, September 2010, and the forms of version 3 made of it. The titles stay in
English; what is asked for in brackets on the form is left out of them.
"""

from __future__ import annotations

from collections.abc import Mapping

ICS209: Mapping[int, str] = {
    1: "Incident Name",
    2: "Incident Number",
    3: "Report Version",
    4: "Incident Commander(s) & Agency or Organization",
    5: "Incident Management Organization",
    6: "Incident Start Date/Time",
    7: "Current Incident Size or Area Involved",
    8: "Percent (%) Contained or Completed",
    9: "Incident Definition",
    10: "Incident Complexity Level",
    11: "For Time Period",
    12: "Prepared By",
    13: "Date/Time Submitted",
    14: "Approved By",
    15: "Primary Location, Organization, or Agency Sent To",
    16: "State",
    17: "County/Parish/Borough",
    18: "City",
    19: "Unit or Other",
    20: "Incident Jurisdiction",
    21: "Incident Location Ownership",
    22: "Longitude, Latitude",
    23: "US National Grid Reference",
    24: "Legal Description",
    25: "Short Location or Area Description",
    26: "UTM Coordinates",
    27: "Note any electronic geospatial data included or attached",
    28: "Significant Events for the Time Period Reported",
    29: "Primary Materials or Hazards Involved",
    30: "Damage Assessment Information",
    31: "Public Status Summary",
    32: "Responder Status Summary",
    33: "Life, Safety, and Health Status/Threat Remarks",
    34: "Life, Safety, and Health Threat Management",
    35: "Weather Concerns",
    36: "Projected Incident Activity, Potential, Movement, Escalation, or Spread",
    37: "Strategic Objectives",
    38: "Current Incident Threat Summary and Risk Information",
    39: "Critical Resource Needs",
    40: "Strategic Discussion",
    41: "Planned Actions for Next Operational Period",
    42: "Projected Final Incident Size/Area",
    43: "Anticipated Incident Management Completion Date",
    44: "Projected Significant Resource Demobilization Start Date",
    45: "Estimated Incident Costs to Date",
    46: "Projected Final Incident Cost Estimate",
    47: "Remarks",
    48: "Agency or Organization",
    49: "Resources",
    50: "Additional Personnel not assigned to a resource",
    51: "Total Personnel",
    52: "Total Resources",
    53: "Additional Cooperating and Assisting Organizations Not Listed Above",
}
ICS214: Mapping[int, str] = {
    1: "Incident Name",
    2: "Operational Period",
    3: "Name",
    4: "ICS Position",
    5: "Home Agency (and Unit)",
    6: "Resources Assigned",
    7: "Activity Log",
    8: "Prepared by",
}


def block(form: Mapping[int, str], number: int) -> str:
    """Return how a form heads a block, such as `1. Incident Name`."""
    return f"{number}. {form[number]}"
