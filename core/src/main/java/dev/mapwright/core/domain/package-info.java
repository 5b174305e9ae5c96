/** What stands behind the faces of domains: their tables, ranges that exclude others, decisions. */
@NullMarked
package dev.mapwright.core.domain;

import org.jspecify.annotations.NullMarked;
