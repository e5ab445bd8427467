"""The tables. One class for each word of the house; queries live in their own modules.

Names end in no plural; ids are integers given by the database, except where a chat platform gives
opaque strings. Times are aware datetimes (see `types.Instant`); amounts are exact (see `types.Amount`).
"""

from __future__ import annotations

from storage.tables.campaigns import Campaign, CampaignState, FormRecord, FormVersion, Period, PeriodStep
from storage.tables.delivery import (
    Audit,
    Conversation,
    Draft,
    FailedUpdate,
    Media,
    Outbox,
    OutboxState,
    SeenUpdate,
    WebMessage,
)
from storage.tables.organisation import (
    Account,
    GroupChat,
    Invite,
    Member,
    Person,
    Role,
    Unit,
    UnitKind,
    UnitPlace,
    UnitSuccessor,
)
from storage.tables.reports import (
    Entity,
    EntityEvent,
    ExpectedReport,
    ExpectedState,
    Report,
    ReportReturn,
    ReportState,
    Revision,
    Snapshot,
    Total,
)

__all__ = [
    "Account",
    "Audit",
    "Campaign",
    "CampaignState",
    "Conversation",
    "Draft",
    "Entity",
    "EntityEvent",
    "ExpectedReport",
    "ExpectedState",
    "FailedUpdate",
    "FormRecord",
    "FormVersion",
    "GroupChat",
    "Invite",
    "Media",
    "Member",
    "Outbox",
    "OutboxState",
    "Period",
    "PeriodStep",
    "Person",
    "Report",
    "ReportReturn",
    "ReportState",
    "Revision",
    "Role",
    "SeenUpdate",
    "Snapshot",
    "Total",
    "Unit",
    "UnitKind",
    "UnitPlace",
    "UnitSuccessor",
    "WebMessage",
]
