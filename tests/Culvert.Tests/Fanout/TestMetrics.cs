using System.Diagnostics.Metrics;
using Culvert.Server.Diagnostics;
using Culvert.Server.Fanout;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Tests.Fanout;

/// <summary>Counters that nobody reads.</summary>
internal static class TestMetrics
{
    public static BusMetrics NewBus() => new(NewMeter());

    public static CulvertMeter NewMeter() => new(
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
