/**
 * Indexes over page numbers, shaped like page tables. Not exported: what is stored here belongs to
 * the engine.
 */
@NullMarked
package dev.mapwright.core.index;

import org.jspecify.annotations.NullMarked;
