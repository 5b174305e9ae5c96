@NullMarked
package dev.mapwright.linux.iommu;

import org.jspecify.annotations.NullMarked;
