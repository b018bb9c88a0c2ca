using Culvert.Server.Rooms;
using Culvert.Tests.Simulation;

namespace Culvert.Tests.Rooms;

/// <summary>What is no part of a log and reaches readers on other nodes all the same.</summary>
public sealed class PassingNewsTests : IDisposable
{
    private readonly NodesRig _rig = new();

    [Fact]
    public void Typing_reaches_everybody_else()
    {
        var own = _rig.Read(_rig.B, 6);
        var other = _rig.Read(_rig.B, 7);

        _rig.A.Rooms.Type(_rig.RoomOf(_rig.A), World.CallerOf(6));
        _rig.Run();

        Assert.DoesNotContain("typing", own.All, StringComparison.Ordinal);
        Assert.Contains("typing", other.All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_read_cursor_reaches_its_user_and_is_read_again()
    {
        NodesRig.Publish(_rig.A, "one");
        _rig.Run();
        var own = _rig.Read(_rig.B, 6);
        var other = _rig.Read(_rig.B, 7);

        World.Sync(_rig.A.Rooms.SetReadAsync(
            _rig.RoomOf(_rig.A), World.CallerOf(6), 1, back: false, CancellationToken.None));
        _rig.Run();

        Assert.Contains("\"ev\":\"read\"", own.All, StringComparison.Ordinal);
        Assert.DoesNotContain("\"ev\":\"read\"", other.All, StringComparison.Ordinal);
        var membership = World.Sync(_rig.B.Rooms.MembershipAsync(_rig.RoomOf(_rig.B), 6, CancellationToken.None));
        Assert.Equal(1, membership.ReadSeq);
    }

    [Fact]
    public void A_read_cursor_that_moved_while_the_bus_was_away_reaches_its_user_when_it_is_back()
    {
        NodesRig.Publish(_rig.A, "one");
        _rig.Run();
        var own = _rig.Read(_rig.B, 6);
        var other = _rig.Read(_rig.B, 7);

        _rig.B.Bus.Connect(false);
        World.Sync(_rig.A.Rooms.SetReadAsync(
            _rig.RoomOf(_rig.A), World.CallerOf(6), 1, back: false, CancellationToken.None));
        _rig.Pass(8);
        Assert.DoesNotContain("\"ev\":\"read\"", own.All, StringComparison.Ordinal);
        _rig.B.Bus.Connect(true);
        _rig.Pass(1);

        Assert.Contains("\"ev\":\"read\",\"room\":\"lobby\"", own.All, StringComparison.Ordinal);
        Assert.Contains("\"seq\":1", own.All[own.All.IndexOf("\"ev\":\"read\"", StringComparison.Ordinal)..],
            StringComparison.Ordinal);
        Assert.DoesNotContain("\"ev\":\"read\"", other.All, StringComparison.Ordinal);
        var told = own.All;
        _rig.B.Bus.Connect(false);
        _rig.B.Bus.Connect(true);
        _rig.Pass(4);
        Assert.Equal(told, own.All);
    }

    [Fact]
    public void Read_cursors_are_looked_at_again_when_the_store_did_not_answer()
    {
        NodesRig.Publish(_rig.A, "one");
        _rig.Run();
        var own = _rig.Read(_rig.B, 6);

        _rig.B.Bus.Connect(false);
        World.Sync(_rig.A.Rooms.SetReadAsync(
            _rig.RoomOf(_rig.A), World.CallerOf(6), 1, back: false, CancellationToken.None));
        _rig.B.Store.ReadsFail = true;
        _rig.B.Bus.Connect(true);
        _rig.Pass(4);
        Assert.DoesNotContain("\"ev\":\"read\"", own.All, StringComparison.Ordinal);
        _rig.B.Store.ReadsFail = false;
        _rig.Pass(4);

        Assert.Contains("\"ev\":\"read\"", own.All, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_becomes_a_member_hears_it_on_every_node()
    {
        var outlet = _rig.Read(_rig.B, 6, face: Face.Frame);

        NodesRig.Do(_rig.A, Acts.Join(6, "u6"), "p");
        _rig.Run();

        Assert.Contains("\"ev\":\"rooms\",\"room\":\"p\",\"joined\":true", outlet.All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_who_sits_before_any_node_is_not_away()
    {
        Assert.True(_rig.A.Rooms.Away.Change("u6", null, true));
        _rig.Run();
        Assert.Equal(["u6"], _rig.B.Rooms.Away.Among(["u6"]));

        Assert.False(_rig.B.Rooms.Away.Change("u6", null, false));
        _rig.Run();
        Assert.Empty(_rig.A.Rooms.Away.Among(["u6"]));

        Assert.True(_rig.B.Rooms.Away.Change("u6", false, null));
        _rig.Run();
        Assert.Equal(["u6"], _rig.C.Rooms.Away.Among(["u6"]));
    }

    [Fact]
    public void Nobody_is_away_of_a_node_that_is_gone()
    {
        _rig.A.Rooms.Away.Change("u6", null, true);
        _rig.Run();

        _rig.World.Kill(_rig.A);
        _rig.Pass(1);

        Assert.Empty(_rig.B.Rooms.Away.Among(["u6"]));
    }

    public void Dispose() => _rig.Dispose();
}
