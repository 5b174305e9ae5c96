@NullMarked
package dev.mapwright.proof.iommu;

import org.jspecify.annotations.NullMarked;
