using Culvert.Server.Diagnostics;
using Culvert.Tests.Support;

namespace Culvert.Tests.Diagnostics;

public sealed class LineLimitTests
{
    [Fact]
    public void One_line_in_ten_seconds_is_written_and_says_how_many_were_not()
    {
        var time = new ManualTimeProvider();
        var limit = new LineLimit(time);

        var first = (limit.Allows(out var held), held);
        var flood = Enumerable.Range(0, 1000).Count(_ => limit.Allows(out _));
        time.Advance(TimeSpan.FromSeconds(11));
        var next = (limit.Allows(out held), held);
        time.Advance(TimeSpan.FromSeconds(11));
        var last = (limit.Allows(out held), held);

        Assert.Equal((true, 0), first);
        Assert.Equal(0, flood);
        Assert.Equal((true, 1000), next);
        Assert.Equal((true, 0), last);
    }
}
