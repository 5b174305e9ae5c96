/**
 * Domains: the logical addresses of devices that share one set of tables. Who decides which of them
 * a range gets, what is mapped where, which ranges are set aside, and reservations in which mapping
 * cannot fail.
 *
 * <p>Addresses are counted in pages here; ranges are given by their first page and a count, or by a
 * first and a last page, inclusive, as each method says.
 */
@NullMarked
package dev.mapwright.core.dma;

import org.jspecify.annotations.NullMarked;
