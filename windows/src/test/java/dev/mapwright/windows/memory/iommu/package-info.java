@NullMarked
package dev.mapwright.windows.memory.iommu;

import org.jspecify.annotations.NullMarked;
