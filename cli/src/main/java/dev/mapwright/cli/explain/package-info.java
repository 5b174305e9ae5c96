/** What a status or error says, and what to do about it: {@code mapwright explain}. */
@NullMarked
package dev.mapwright.cli.explain;

import org.jspecify.annotations.NullMarked;
