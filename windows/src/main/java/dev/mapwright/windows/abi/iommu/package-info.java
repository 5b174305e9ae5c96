/**
 * Numbers and layouts of the DMA remapping interface on x64 (wdm.h). Offsets and sizes are in
 * bytes.
 */
@NullMarked
package dev.mapwright.windows.abi.iommu;

import org.jspecify.annotations.NullMarked;
