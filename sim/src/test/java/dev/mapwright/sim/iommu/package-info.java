@NullMarked
package dev.mapwright.sim.iommu;

import org.jspecify.annotations.NullMarked;
