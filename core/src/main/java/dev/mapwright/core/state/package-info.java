/**
 * What an address space knows, and nothing that decides: records and index of its mappings, its
 * regions, what leads to frames, what is leased, what was written.
 */
@NullMarked
package dev.mapwright.core.state;

import org.jspecify.annotations.NullMarked;
