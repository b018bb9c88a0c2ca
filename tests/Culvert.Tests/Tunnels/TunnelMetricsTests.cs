using System.Diagnostics.Metrics;
using Culvert.Protocol.Multiplexing;
using Culvert.Server.Diagnostics;
using Culvert.Server.Tunnels;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Tests.Tunnels;

public sealed class TunnelMetricsTests
{
    [Fact]
    public void Windows_and_the_memory_for_them_are_shown()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meter = new CulvertMeter(services.GetRequiredService<IMeterFactory>());
        var metrics = new TunnelMetrics(meter, new WindowReserve(1000));
        Dictionary<string, long> shown = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter == meter.Meter)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => shown[instrument.Name] = value);
        listener.Start();

        metrics.Watch(() => 77);
        metrics.EndWindow(1 << 20);
        listener.RecordObservableInstruments();

        Assert.Equal((1 << 20, 77), (shown["culvert.tunnel.window"], shown["culvert.tunnel.unread"]));
        Assert.Equal((0, 1000), (shown["culvert.tunnel.windows.grown"], shown["culvert.tunnel.windows.budget"]));
    }
}
