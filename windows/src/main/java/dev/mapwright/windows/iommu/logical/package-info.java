/** What drivers map for devices at logical addresses, free-form and in reserved ranges. */
@NullMarked
package dev.mapwright.windows.iommu.logical;

import org.jspecify.annotations.NullMarked;
