/** Recordings of an IOMMU: the tables that Linux had written, and what they translate. */
@NullMarked
package dev.mapwright.linux.iommu;

import org.jspecify.annotations.NullMarked;
