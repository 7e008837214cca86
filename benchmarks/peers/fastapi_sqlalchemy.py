"""FastAPI, SQLAlchemy 2's asynchronous ORM, asyncpg; keyset pages; pydantic response models."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict
from sqlalchemy import JSON, ForeignKey, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship, selectinload

PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")
_, _, ADDRESS = os.environ["DATABASE_URL"].partition("://")
PAGE_SIZE = 25
engine = create_async_engine(f"postgresql+asyncpg://{ADDRESS}", pool_size=16, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Category(Base):
    __tablename__ = "books_category"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    slug: Mapped[str]

    @property
    def url(self) -> str:
        return f"{PUBLIC_URL}/api/v1/categories/{self.slug}/"


class Author(Base):
    __tablename__ = "authors_author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Credit(Base):
    __tablename__ = "books_bookauthor"
    book_id: Mapped[int] = mapped_column(ForeignKey("books_book.id"), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors_author.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    author: Mapped[Author] = relationship()

    @property
    def id(self) -> int:
        return self.author_id

    @property
    def name(self) -> str:
        return self.author.name

    @property
    def url(self) -> str:
        return f"{PUBLIC_URL}/api/v1/authors/{self.author_id}/"


class Book(Base):
    __tablename__ = "books_book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    subtitle_text: Mapped[str] = mapped_column("subtitle")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("books_category.id"))
    languages: Mapped[list[str]] = mapped_column(JSON)
    first_published_year: Mapped[int | None]
    published_year: Mapped[int | None]
    isbn_13: Mapped[str | None]
    cover: Mapped[dict[str, str] | None] = mapped_column(JSON)
    popularity: Mapped[int | None]
    rating_average: Mapped[float | None]
    ratings_count: Mapped[int | None]
    sort_title: Mapped[str]
    changed: Mapped[datetime] = mapped_column("updated_at")
    category: Mapped[Category | None] = relationship()
    authors: Mapped[list[Credit]] = relationship(order_by=Credit.position)

    @property
    def url(self) -> str:
        return f"{PUBLIC_URL}/api/v1/books/{self.id}/"

    @property
    def subtitle(self) -> str | None:
        return self.subtitle_text or None

    @property
    def updated_at(self) -> str:
        return f"{self.changed.astimezone(UTC).isoformat(timespec='seconds')[:19]}Z"


class Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class CategoryOut(Shown):
    name: str
    slug: str
    url: str


class CreditOut(Shown):
    id: int
    name: str
    role: str
    url: str


class BookOut(Shown):
    id: int
    url: str
    title: str
    subtitle: str | None
    authors: list[CreditOut]
    category: CategoryOut | None
    languages: list[str]
    first_published_year: int | None
    published_year: int | None
    isbn_13: str | None
    cover: dict[str, str] | None
    popularity: int | None
    rating_average: float | None
    ratings_count: int | None
    updated_at: str


class Page(Shown):
    next: str | None
    results: list[BookOut]


STATEMENT = (
    select(Book)
    .options(
        joinedload(Book.category).load_only(Category.name, Category.slug),
        selectinload(Book.authors).joinedload(Credit.author).load_only(Author.name),
    )
    .order_by(Book.popularity.desc().nulls_last(), Book.sort_title, Book.id)
    .limit(PAGE_SIZE + 1)
)


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as opened:
        yield opened


@app.get("/api/v1/books/", response_model=Page)
async def books(
    database: Annotated[AsyncSession, Depends(session)], title: str | None = None, id: int | None = None
) -> Any:
    statement = STATEMENT
    if title is not None and id is not None:
        statement = statement.where(Book.popularity.is_(None), tuple_(Book.sort_title, Book.id) > tuple_(title, id))
    found = list((await database.scalars(statement)).all())
    after, found = found[PAGE_SIZE:], found[:PAGE_SIZE]
    last = found[-1] if after else None
    return {"next": last and f"{PUBLIC_URL}/api/v1/books/?title={last.sort_title}&id={last.id}", "results": found}
