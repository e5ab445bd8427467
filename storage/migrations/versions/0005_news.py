"""broadcasts, good examples, urgent matters; groups that are linked by topic

Revision: 0005, after 0004
"""
import sqlalchemy as sa
from alembic import op

import storage.types

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

OF_BEFORE = '["news", "digest"]'


def instant(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, storage.types.Instant(timezone=True), nullable=nullable)


def key(name: str, to: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f'{to}.id'), nullable=nullable)


def upgrade() -> None:
    with op.batch_alter_table('group_chat') as batch:
        batch.alter_column('unit_id', existing_type=sa.Integer(), nullable=True)
        # What a group got before topics could be chosen.
        batch.add_column(sa.Column('topics', sa.JSON(), nullable=False, server_default=OF_BEFORE))
        batch.add_column(sa.Column('asked_by', sa.Integer(), sa.ForeignKey('person.id', name='fk_group_chat_asked_by')))
        batch.add_column(sa.Column('linked_by', sa.Integer(), sa.ForeignKey('member.id', name='fk_group_chat_linked_by')))
        batch.add_column(instant('linked_at'))
        batch.add_column(instant('silent_at'))
    op.create_table(
        'broadcast',
        sa.Column('id', sa.Integer(), primary_key=True),
        key('member_id', 'member'),
        key('unit_id', 'unit'),
        key('campaign_id', 'campaign', nullable=True),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('topic', sa.String(), nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('audience', sa.JSON(), nullable=False),
        sa.Column('channel', sa.String(), nullable=False),
        sa.Column('chat', sa.String(), nullable=False),
        instant('created_at', nullable=False),
        instant('updated_at', nullable=False),
        instant('send_at'),
        instant('started_at'),
        instant('ended_at'),
        instant('withdrawn_at'),
        key('approved_by', 'member', nullable=True),
        sa.Column('edition', sa.Integer(), nullable=False),
        sa.Column('counts', sa.JSON(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index('ix_broadcast_unit_id', 'broadcast', ['unit_id'])
    op.create_index('ix_broadcast_state', 'broadcast', ['state'])
    op.create_table(
        'broadcast_recipient',
        sa.Column('id', sa.Integer(), primary_key=True),
        key('broadcast_id', 'broadcast'),
        sa.Column('channel', sa.String(), nullable=False),
        sa.Column('chat', sa.String(), nullable=False),
        key('person_id', 'person', nullable=True),
        key('group_id', 'group_chat', nullable=True),
        key('unit_id', 'unit'),
        sa.Column('language', sa.String(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('edition', sa.Integer(), nullable=False),
        sa.Column('message_id', sa.String(), nullable=True),
        instant('sent_at'),
        sa.Column('error', sa.String(), nullable=True),
        sa.UniqueConstraint('broadcast_id', 'channel', 'chat'),
    )
    op.create_index('ix_broadcast_recipient_state', 'broadcast_recipient', ['broadcast_id', 'state'])
    op.create_index('ix_broadcast_recipient_person_id', 'broadcast_recipient', ['person_id'])
    op.create_table(
        'opt_out',
        sa.Column('person_id', sa.Integer(), sa.ForeignKey('person.id'), primary_key=True),
        sa.Column('topic', sa.String(), primary_key=True),
        instant('at', nullable=False),
    )
    op.create_table(
        'story',
        sa.Column('id', sa.Integer(), primary_key=True),
        key('unit_id', 'unit'),
        key('member_id', 'member'),
        key('campaign_id', 'campaign', nullable=True),
        key('report_id', 'report', nullable=True),
        sa.Column('question', sa.String(), nullable=True),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('told', sa.String(), nullable=False),
        sa.Column('photos', sa.JSON(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        key('editor_id', 'member', nullable=True),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('groups', sa.JSON(), nullable=False),
        instant('created_at', nullable=False),
        instant('decided_at'),
        instant('tapped_at'),
        sa.UniqueConstraint('report_id', 'question'),
    )
    for column in ('unit_id', 'state', 'created_at', 'tapped_at'):
        op.create_index(f'ix_story_{column}', 'story', [column])
    op.create_table(
        'story_of_week',
        sa.Column('unit_id', sa.Integer(), sa.ForeignKey('unit.id'), primary_key=True),
        sa.Column('week', sa.String(), primary_key=True),
        key('story_id', 'story'),
    )
    op.create_index('ix_story_of_week_story_id', 'story_of_week', ['story_id'])
    op.create_table(
        'story_reaction',
        sa.Column('story_id', sa.Integer(), sa.ForeignKey('story.id'), primary_key=True),
        sa.Column('channel', sa.String(), primary_key=True),
        sa.Column('sender', sa.String(), primary_key=True),
        instant('at', nullable=False),
    )
    op.create_table(
        'alert',
        sa.Column('id', sa.Integer(), primary_key=True),
        key('unit_id', 'unit'),
        key('member_id', 'member'),
        sa.Column('channel', sa.String(), nullable=False),
        sa.Column('chat', sa.String(), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('photos', sa.JSON(), nullable=False),
        instant('created_at', nullable=False),
        key('reached_id', 'unit'),
        instant('climbs_at'),
        instant('taken_at'),
        key('taken_by', 'member', nullable=True),
    )
    op.create_index('ix_alert_unit_id', 'alert', ['unit_id'])
    op.create_index('ix_alert_climbs_at', 'alert', ['climbs_at'])
    op.create_table(
        'alert_told',
        sa.Column('alert_id', sa.Integer(), sa.ForeignKey('alert.id'), primary_key=True),
        sa.Column('person_id', sa.Integer(), sa.ForeignKey('person.id'), primary_key=True),
        key('member_id', 'member'),
        instant('told_at', nullable=False),
        instant('taken_at'),
        key('by_id', 'member', nullable=True),
    )


def downgrade() -> None:
    for name in ('alert_told', 'alert', 'story_reaction', 'story_of_week', 'story', 'opt_out', 'broadcast_recipient', 'broadcast'):
        op.drop_table(name)
    with op.batch_alter_table('group_chat') as batch:
        for column in ('silent_at', 'linked_at', 'linked_by', 'asked_by', 'topics'):
            batch.drop_column(column)
        batch.alter_column('unit_id', existing_type=sa.Integer(), nullable=False)
