package dev.mapwright.windows.context;

/**
 * A driver: in whose name calls are made.
 *
 * @param name its name, for reports
 * @param driverObject the address of its DRIVER_OBJECT
 * @param physicalDeviceObject the address of the DEVICE_OBJECT of its device
 */
public record Driver(String name, long driverObject, long physicalDeviceObject) {}
