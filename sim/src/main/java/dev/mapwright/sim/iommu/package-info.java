/**
 * The IOMMU: the structures that lead from a requester to its tables, what of them is remembered,
 * and the ports through which devices reach memory.
 */
@NullMarked
package dev.mapwright.sim.iommu;

import org.jspecify.annotations.NullMarked;
