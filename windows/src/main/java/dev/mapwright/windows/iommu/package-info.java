/** The tables of the DMA remapping interface, and the domains that drivers make through it. */
@NullMarked
package dev.mapwright.windows.iommu;

import org.jspecify.annotations.NullMarked;
