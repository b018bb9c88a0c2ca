using System.Text;
using Culvert.Server.Front;

namespace Culvert.Tests.Front;

public sealed class FrontRoutesTests
{
    [Theory]
    [InlineData("/v1", true)]
    [InlineData("/v1/", true)]
    [InlineData("/V1/rooms", true)]
    [InlineData("/v1?x", true)]
    [InlineData("/v1/rooms?x=/files", true)]
    [InlineData("//v1/rooms", true)]
    [InlineData("/%76%31/rooms", true)]
    [InlineData("/%56%31", true)]
    [InlineData("/v%31x", false)]
    [InlineData("/v1%2frooms", false)]
    [InlineData("/v1%zz", false)]
    [InlineData("/v10", false)]
    [InlineData("/v", false)]
    [InlineData("/files/v1", false)]
    [InlineData("/?v1", false)]
    [InlineData("/", false)]
    [InlineData("/HealthZ", true)]
    [InlineData("/healthz.txt", false)]
    public void The_first_segment_decides(string target, bool owns)
    {
        var routes = FrontRoutes.Of(
            [FrontRig.Endpoint("/v1/rooms/{room}"), FrontRig.Endpoint("/v1/me"), FrontRig.Endpoint("/healthz")]);

        Assert.False(routes.OwnsAll);
        Assert.Equal(owns, routes.Owns(Encoding.ASCII.GetBytes(target)));
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/?x", true)]
    [InlineData("//", true)]
    [InlineData("/index.html", false)]
    public void An_endpoint_at_the_root_owns_nothing_below_it(string target, bool owns)
    {
        Assert.Equal(owns, FrontRoutes.Of([FrontRig.Endpoint("/")]).Owns(Encoding.ASCII.GetBytes(target)));
    }

    [Theory]
    [InlineData("/{name}")]
    [InlineData("/{**rest}")]
    [InlineData("/v{version}/rooms")]
    public void An_endpoint_that_begins_with_a_parameter_owns_everything(string pattern)
    {
        var routes = FrontRoutes.Of([FrontRig.Endpoint("/v1"), FrontRig.Endpoint(pattern)]);

        Assert.True(routes.OwnsAll);
        Assert.True(routes.Owns("/any"u8));
    }

    [Fact]
    public void Without_endpoints_nothing_is_owned()
    {
        Assert.False(FrontRoutes.Of([]).Owns("/"u8));
        Assert.True(FrontRoutes.All.Owns("/"u8));
    }
}
