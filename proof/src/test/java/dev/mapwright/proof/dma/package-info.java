/** The campaign of logical allocators, and the defects that it finds. */
@NullMarked
package dev.mapwright.proof.dma;

import org.jspecify.annotations.NullMarked;
