"""people with several roles and accounts; returned reports; extensions; the audit's chain

Revision: 0003, after 0002
"""
import sqlalchemy as sa
from alembic import op

import storage.types
from storage.chain import link

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

KINDS = (
    ('trung ương', 0), ('tỉnh', 1), ('thành phố trực thuộc', 1), ('trực thuộc', 2), ('huyện', 2), ('thị xã', 2), ('thành phố', 2),
    ('quận', 2), ('xã', 3), ('phường', 3), ('đặc khu', 3), ('thị trấn', 3), ('đoàn cơ sở', 3), ('chi đoàn', 4),
)


def upgrade() -> None:
    _people()
    _units()
    _reports()
    _audit()
    with op.batch_alter_table('media') as batch:
        batch.add_column(sa.Column('looks', sa.String(), nullable=True))
        batch.add_column(sa.Column('owner', sa.String(), nullable=False, server_default=''))
        batch.create_index('ix_media_looks', ['looks'])
    # Who sent a file stood in its name before: alone for pictures, else on a line of its own.
    media = sa.table('media', sa.column('id'), sa.column('name'), sa.column('owner'))
    connection = op.get_bind()
    sent = sa.or_(media.c.id.like('p/%'), media.c.id.like('u/%'))
    for row in connection.execute(sa.select(media.c.id, media.c.name).where(sent)).all():
        owner, _, name = row.name.partition('\n')
        connection.execute(sa.update(media).where(media.c.id == row.id).values(owner=owner, name=name))


def _people() -> None:
    op.create_table(
        'person',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('language', sa.String(), nullable=False),
        sa.Column('phone', sa.String(), nullable=True),
        sa.Column('created_at', storage.types.Instant(timezone=True), nullable=False),
        sa.Column('erased_at', storage.types.Instant(timezone=True), nullable=True),
    )
    # So far everybody had one role: the person gets its number.
    op.execute("INSERT INTO person (id, name, language, created_at) SELECT id, name, language, created_at FROM member")
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("SELECT setval(pg_get_serial_sequence('person', 'id'), max(id)) FROM person")
    for table in ('member', 'account'):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
    op.execute("UPDATE member SET person_id = id")
    op.execute("UPDATE account SET person_id = member_id")
    with op.batch_alter_table('member') as batch:
        batch.alter_column('person_id', existing_type=sa.Integer(), nullable=False)
        batch.create_index('ix_member_person_id', ['person_id'])
        batch.create_foreign_key('fk_member_person', 'person', ['person_id'], ['id'])
        batch.drop_column('name')
        batch.drop_column('language')
    with op.batch_alter_table('account') as batch:
        batch.alter_column('person_id', existing_type=sa.Integer(), nullable=False)
        batch.add_column(sa.Column('cut_at', storage.types.Instant(timezone=True), nullable=True))
        batch.create_index('ix_account_person_id', ['person_id'])
        batch.create_foreign_key('fk_account_person', 'person', ['person_id'], ['id'])
    with op.batch_alter_table('invite') as batch:
        batch.add_column(sa.Column('revoked_at', storage.types.Instant(timezone=True), nullable=True))
        for name, other in (('created_by', 'member'), ('successor_of', 'member'), ('used_by', 'person')):
            batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
            batch.create_foreign_key(f'fk_invite_{name}', other, [name], ['id'])


def _units() -> None:
    kind = op.create_table(
        'unit_kind', sa.Column('name', sa.String(), primary_key=True), sa.Column('level', sa.Integer(), nullable=False)
    )
    op.bulk_insert(kind, [{'name': name, 'level': level} for name, level in KINDS])
    op.create_table(
        'unit_place',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('unit_id', sa.Integer(), sa.ForeignKey('unit.id'), nullable=False, index=True),
        sa.Column('parent_id', sa.Integer(), sa.ForeignKey('unit.id'), nullable=True),
        sa.Column('path', sa.String(), nullable=False),
        sa.Column('until', storage.types.Instant(timezone=True), nullable=False, index=True),
    )


def _reports() -> None:
    with op.batch_alter_table('expected_report') as batch:
        batch.add_column(sa.Column('due_at', storage.types.Instant(timezone=True), nullable=True))
        batch.add_column(sa.Column('closes_at', storage.types.Instant(timezone=True), nullable=True))
    with op.batch_alter_table('report') as batch:
        batch.add_column(sa.Column('state', sa.String(), nullable=False, server_default='received'))
        batch.add_column(sa.Column('approved_by', sa.Integer(), nullable=True))
        batch.create_foreign_key('fk_report_approved_by', 'member', ['approved_by'], ['id'])
    with op.batch_alter_table('revision') as batch:
        batch.add_column(sa.Column('odd', sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
        batch.add_column(sa.Column('reason', sa.String(), nullable=False, server_default=''))
    op.create_table(
        'report_return',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('report_id', sa.Integer(), sa.ForeignKey('report.id'), nullable=False, index=True),
        sa.Column('question', sa.String(), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('member_id', sa.Integer(), sa.ForeignKey('member.id'), nullable=False),
        sa.Column('created_at', storage.types.Instant(timezone=True), nullable=False),
        sa.Column('revision_before', sa.Integer(), nullable=False),
        sa.Column('answered_at', storage.types.Instant(timezone=True), nullable=True),
        sa.Column('revision_after', sa.Integer(), nullable=True),
    )


def _audit() -> None:
    with op.batch_alter_table('audit') as batch:
        batch.add_column(sa.Column('unit_id', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('reason', sa.String(), nullable=False, server_default=''))
        batch.add_column(sa.Column('chain', sa.String(), nullable=False, server_default=''))
        batch.create_index('ix_audit_unit_id', ['unit_id'])
        batch.create_foreign_key('fk_audit_unit', 'unit', ['unit_id'], ['id'])
    audit = sa.table(
        'audit', *(sa.column(name) for name in ('id', 'member_id', 'account_id', 'action', 'subject', 'unit_id', 'reason', 'chain')),
        sa.column('at', storage.types.Instant(timezone=True)), sa.column('before', sa.JSON()), sa.column('after', sa.JSON()),
    )
    connection, chain = op.get_bind(), ''
    for row in connection.execute(sa.select(audit).order_by(audit.c.id)).mappings().all():
        chain = link(chain, row)
        connection.execute(sa.update(audit).where(audit.c.id == row['id']).values(chain=chain))
    _forbid_changes(connection.dialect.name)


def _forbid_changes(dialect: str) -> None:
    """Append-only is the database's own rule, not only ours."""
    if dialect == 'sqlite':
        for what in ('UPDATE', 'DELETE'):
            op.execute(
                f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"
    )


def downgrade() -> None:
    raise NotImplementedError("people who hold several roles cannot be made one role each again: restore a backup")
