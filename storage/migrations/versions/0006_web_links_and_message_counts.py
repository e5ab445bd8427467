"""personal links to the web chat; how much of a channel's quota is used

Revision: 0006, after 0005
"""
import sqlalchemy as sa
from alembic import op

import storage.types

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def instant(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, storage.types.Instant(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        'web_link',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('token_hash', sa.String(), nullable=False, unique=True),
        sa.Column('person_id', sa.Integer(), sa.ForeignKey('person.id'), nullable=False),
        sa.Column('address', sa.String(), nullable=False),
        sa.Column('browser_hash', sa.String(), nullable=True),
        sa.Column('sent_to', sa.Integer(), sa.ForeignKey('account.id'), nullable=True),
        sa.Column('created_by', sa.Integer(), sa.ForeignKey('member.id'), nullable=True),
        instant('created_at', nullable=False),
        instant('expires_at', nullable=False),
        instant('used_at'),
        instant('revoked_at'),
    )
    op.create_index('ix_web_link_person_id', 'web_link', ['person_id'])
    op.create_index('ix_web_link_browser_hash', 'web_link', ['browser_hash'])
    op.create_table(
        'message_count',
        sa.Column('channel', sa.String(), primary_key=True),
        sa.Column('month', sa.String(), primary_key=True),
        sa.Column('received', sa.Integer(), nullable=False),
        sa.Column('sent', sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table('message_count')
    op.drop_table('web_link')
