"""Posts: the articles that tell of a person in one post, as a search asks for them and a profile counts them.

A post is written "title|institution|status". No institution means any or none; "-" means that none is told.
"""

from __future__ import annotations

from pipelines.search.rows import Values

BETWEEN = "|"
UNTOLD = "-"  # in the place of a title or an institution


def post_key(title: str | None, institution: str | None, status: str) -> str:
    """A post as a search holds it; institution "" for whichever it is."""
    return BETWEEN.join((title or UNTOLD, UNTOLD if institution is None else institution, status))


def is_post(value: str) -> bool:
    """Whether a text is a post as `post_key` writes it."""
    return len(value.split(BETWEEN)) == 3 and not value.startswith(BETWEEN)


def post_name(post: str) -> str:
    """A post in words."""
    title, institution, status = post.split(BETWEEN)
    words = "tanpa jabatan" if title == UNTOLD else title
    words += "" if institution in ("", UNTOLD) else f", {institution}"
    return f"{words} (mantan)" if status == "mantan" else words


def post_values(person: str, post: str) -> Values:
    """The values of `holds`."""
    title, institution, status = post.split(BETWEEN)
    return {
        "holder": int(person),
        "post": "" if title == UNTOLD else title,
        "office": "" if institution == UNTOLD else institution or None,
        "post_status": status,
    }


def holds(article: str) -> str:
    """The condition that an article (SQL of its id) tells of the person in the post."""
    return f"""EXISTS (SELECT 1 FROM article_officials o WHERE o.person_id = :holder AND o.article_id = {article}
                 AND coalesce(o.title, '') = :post AND o.status = :post_status
                 AND (:office IS NULL OR coalesce(o.organisation, '') = :office))"""
