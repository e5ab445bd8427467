"""entities; campaigns that are paused, closed, extended

Revision: 0004, after 0003
"""
import sqlalchemy as sa
from alembic import op

import storage.types

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('campaign') as batch:
        batch.add_column(sa.Column('state', sa.String(), nullable=False, server_default='running'))
    with op.batch_alter_table('form') as batch:
        batch.add_column(sa.Column('last_day', sa.Date(), nullable=True))
    op.create_table(
        'entity',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('key', sa.String(), nullable=False),
        sa.Column('campaign_id', sa.Integer(), sa.ForeignKey('campaign.id'), nullable=False),
        sa.Column('dataset', sa.String(), nullable=False),
        sa.Column('unit_id', sa.Integer(), sa.ForeignKey('unit.id'), nullable=False),
        sa.Column('label', sa.String(), nullable=False),
        sa.Column('label_plain', sa.String(), nullable=False),
        sa.Column('data', sa.JSON(), nullable=False),
        sa.Column('created_at', storage.types.Instant(timezone=True), nullable=False),
        sa.Column('updated_at', storage.types.Instant(timezone=True), nullable=False),
        sa.UniqueConstraint('campaign_id', 'dataset', 'key'),
    )
    op.create_index('ix_entity_unit_id', 'entity', ['unit_id'])
    op.create_index('ix_entity_label_plain', 'entity', ['label_plain'])
    op.create_table(
        'entity_event',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('entity_id', sa.Integer(), sa.ForeignKey('entity.id'), nullable=False),
        sa.Column('report_id', sa.Integer(), sa.ForeignKey('report.id'), nullable=False),
        sa.Column('place', sa.String(), nullable=False),
        sa.Column('creates', sa.Boolean(), nullable=False),
        sa.Column('label', sa.String(), nullable=False),
        sa.Column('data', sa.JSON(), nullable=False),
        sa.Column('at', storage.types.Instant(timezone=True), nullable=False),
        sa.UniqueConstraint('report_id', 'place'),
    )
    op.create_index('ix_entity_event_entity_id', 'entity_event', ['entity_id'])


def downgrade() -> None:
    op.drop_table('entity_event')
    op.drop_table('entity')
    with op.batch_alter_table('form') as batch:
        batch.drop_column('last_day')
    with op.batch_alter_table('campaign') as batch:
        batch.drop_column('state')
