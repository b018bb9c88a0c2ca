using Culvert.Server.Pipes.Relaying;

namespace Culvert.Tests.Pipes;

internal static class RelayEndAssert
{
    /// <summary>By whom it was ended, and why.</summary>
    public static void MustBe(this RelayEnd end, string by, string reason) =>
        Assert.Equal((by, reason), (end.By, end.Reason));
}
