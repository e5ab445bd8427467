"""counts and sums over closed periods are kept until what they are of changes

Revision: 0008, after 0007
"""
import sqlalchemy as sa
from alembic import op

import storage.types

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

COUNTS = ('expected', 'reported', 'on_time', 'with_nothing', 'late_nothing', 'approved')

# No trigger asks another table but the two of kept numbers: SQLite would let none of those be made anew (batch_alter_table).
# A table that is made anew there loses its triggers, and tests/storage/test_coverage.py says so: call `unwatch` and `watch`.
OF_PERIOD = 'DELETE FROM coverage WHERE period_id = {row}.period_id;'
OF_BLOCK = 'DELETE FROM sum_below WHERE block = {row}.period_id / 16;'
OF_BLOCK_OF_ID = 'DELETE FROM sum_below WHERE block = {row}.id / 16;'
ALL = 'DELETE FROM coverage; DELETE FROM sum_below;'
EVENTS = ('INSERT', 'UPDATE', 'DELETE')
WATCHED = (
    # The table, what of it, changed in which columns (of none: in any), makes which numbers stale. A unit that is being added has
    # no path yet; what goes with a period or a unit that is deleted, its foreign keys say.
    ('expected_report', EVENTS, ('state', 'period_id', 'unit_id'), '', OF_PERIOD),
    ('report', EVENTS, ('late', 'state', 'expected_id', 'period_id'), '', OF_PERIOD),
    ('total', EVENTS, (), '', OF_BLOCK),
    ('unit_place', EVENTS, (), '', ALL),
    ('unit', ('UPDATE',), ('path', 'parent_id'), "OLD.path <> ''", ALL),
    ('period', ('INSERT',), (), '', OF_BLOCK_OF_ID),
    ('period', ('UPDATE',), ('due_at', 'form_id'), '', ALL),
)

def upgrade() -> None:
    op.create_table(
        'coverage',
        sa.Column('period_id', sa.Integer(), sa.ForeignKey('period.id', ondelete='CASCADE'), primary_key=True),
        sa.Column('unit_id', sa.Integer(), sa.ForeignKey('unit.id', ondelete='CASCADE'), primary_key=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
    )
    op.create_table(
        'sum_below',
        sa.Column('parent_id', sa.Integer(), sa.ForeignKey('unit.id', ondelete='CASCADE'), primary_key=True),
        sa.Column('form_id', sa.Integer(), sa.ForeignKey('form.id', ondelete='CASCADE'), primary_key=True),
        sa.Column('block', sa.Integer(), primary_key=True, index=True),
        sa.Column('unit_id', sa.Integer(), sa.ForeignKey('unit.id', ondelete='CASCADE'), primary_key=True),
        sa.Column('indicator', sa.String(), primary_key=True),
        sa.Column('amount', storage.types.Amount(), nullable=False),
        sa.Column('reports', sa.Integer(), nullable=False),
    )
    watch()


def watch() -> None:
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    for table, events, columns, unless, what in WATCHED:
        for event in events:
            body = what.format(row='OLD') if event == 'DELETE' else what.format(row='NEW')
            if event == 'UPDATE' and what in (OF_PERIOD, OF_BLOCK):
                body += ' ' + what.format(row='OLD')
            when = _differs(columns, 'IS NOT' if on_sqlite else 'IS DISTINCT FROM') if event == 'UPDATE' else ''
            when = ' AND '.join(part for part in (unless, when) if part)
            (_on_sqlite if on_sqlite else _on_postgresql)(f'kept_{table}_{event.lower()}', event, table, when, body)


def _differs(columns: tuple[str, ...], word: str) -> str:
    return f"({' OR '.join(f'OLD.{name} {word} NEW.{name}' for name in columns)})" if columns else ''


def _on_sqlite(name: str, event: str, table: str, when: str, body: str) -> None:
    op.execute(f'CREATE TRIGGER {name} AFTER {event} ON {table} {f"WHEN {when} " if when else ""}BEGIN {body} END')


def _on_postgresql(name: str, event: str, table: str, when: str, body: str) -> None:
    # A column that a trigger's own condition names could not be given another type (see `storage.postgres.order_by_bytes`).
    body = f'IF {when} THEN {body} END IF;' if when else body
    op.execute(
        f'CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$'
    )
    op.execute(f'CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()')


def unwatch() -> None:
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    for table, events, *_ in WATCHED:
        for event in events:
            name = f'kept_{table}_{event.lower()}'
            op.execute(f'DROP TRIGGER {name}' if on_sqlite else f'DROP TRIGGER {name} ON {table}')
            if not on_sqlite:
                op.execute(f'DROP FUNCTION {name}()')


def downgrade() -> None:
    unwatch()
    op.drop_table('sum_below')
    op.drop_table('coverage')
