"""whose turn it is among several processes

Revision: 0007, after 0006
"""
import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'turn',
        sa.Column('name', sa.String(), primary_key=True),
        sa.Column('number', sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table('turn')
