/**
 * Devices as drivers attach them to domains, with and without a PASID, and who is told of changes.
 */
@NullMarked
package dev.mapwright.windows.iommu.device;

import org.jspecify.annotations.NullMarked;
