/** DMA adapters: the operations of what {@code IoGetDmaAdapter} returns that are modelled. */
@NullMarked
package dev.mapwright.windows.adapter;

import org.jspecify.annotations.NullMarked;
