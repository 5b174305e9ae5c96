package dev.mapwright.cli.picture;

/**
 * One mapping as a picture shows it.
 *
 * @param firstPage its first page
 * @param lastPage its last page, inclusive
 * @param permissions a set of {@link dev.mapwright.core.Permissions}
 * @param letters the permissions as its personality writes them, for example {@code r-xp}
 * @param name what it shows; empty for memory without a name
 */
public record Piece(long firstPage, long lastPage, int permissions, String letters, String name) {
  long pages() {
    return lastPage - firstPage + 1;
  }
}
