/** The edge matrix of DMA, carried out on the engine and on the routines of Windows. */
@NullMarked
package dev.mapwright.proof.edges;

import org.jspecify.annotations.NullMarked;
