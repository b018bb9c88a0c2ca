using System.Text;
using Culvert.Server.Front;
using Culvert.Tests.Support;

namespace Culvert.Tests.Front;

public sealed class FrontClockTests
{
    [Fact]
    public void The_date_line_changes_with_the_second_and_not_before()
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 11, 21, 23, 59, 58, TimeSpan.Zero));
        var clock = new FrontClock(time);
        var first = clock.DateLine;
        Assert.Equal("Date: Sat, 21 Nov 2026 23:59:58 GMT\r\n", Encoding.ASCII.GetString(first));

        time.Advance(TimeSpan.FromMilliseconds(999));
        clock.Tick();
        Assert.Same(first, clock.DateLine);

        time.Advance(TimeSpan.FromMilliseconds(1));
        clock.Tick();
        Assert.Equal("Date: Sat, 21 Nov 2026 23:59:59 GMT\r\n", Encoding.ASCII.GetString(clock.DateLine));

        time.Advance(TimeSpan.FromSeconds(1));
        clock.Tick();
        Assert.Equal("Date: Sun, 22 Nov 2026 00:00:00 GMT\r\n", Encoding.ASCII.GetString(clock.DateLine));
    }

    [Fact]
    public void Milliseconds_go_on_when_the_wall_clock_is_set_back()
    {
        var time = new ManualTimeProvider();
        var clock = new FrontClock(time);
        Assert.Equal(0, clock.Milliseconds);

        time.Advance(TimeSpan.FromMilliseconds(750));
        Assert.Equal(0, clock.Milliseconds);
        time.SetUtcNow(new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero));
        clock.Tick();

        Assert.InRange(clock.Milliseconds, 749, 750);
        Assert.Equal("Date: Sat, 03 Feb 2001 04:05:06 GMT\r\n", Encoding.ASCII.GetString(clock.DateLine));
    }
}
