using Culvert.Chat.Search;
using Culvert.Chat.Search.Indexing;
using Culvert.Chat.Storage;
using Culvert.Chat.Storage.Sql;
using Culvert.Chat.Uploads;
using Culvert.Server.Diagnostics;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Transports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Chat;

/// <summary>The parts and addresses of files, search and mentions.</summary>
internal static class ContentRoutes
{
    public static void AddContent(this IServiceCollection services)
    {
        services.AddSingleton<IFileStore, SqlFileStore>();
        services.AddSingleton<FileShelf>();
        services.AddSingleton<UploadQuota>();
        services.AddSingleton<UploadEndpoint>();
        services.AddSingleton<DownloadEndpoint>();
        services.AddSingleton<FileSweeper>();
        services.AddHostedService(static provider => provider.GetRequiredService<FileSweeper>());

        services.AddSingleton(static provider => WordIndexes.Of(provider.GetRequiredService<SqlDatabase>()));
        services.AddSingleton<IIndexStore, SqlIndexStore>();
        services.AddSingleton<RoomReader>();
        services.AddSingleton<LogFollower>();
        services.AddHostedService(static provider => provider.GetRequiredService<LogFollower>());
        services.AddSingleton<SearchService>();
        services.AddSingleton<SearchEndpoints>();
    }

    public static void MapContent(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var guard = services.GetRequiredService<StoreGuard>();
        var upload = new Late<UploadEndpoint>(services);
        var download = new Late<DownloadEndpoint>(services);
        var search = new Late<SearchEndpoints>(services);
        routes.MapPost("/v1/rooms/{room}/files", guard.Around(upload.To(static e => e.HandleAsync)));
        routes.MapMethods(
            "/v1/rooms/{room}/files/{id}/{name?}",
            [HttpMethods.Get, HttpMethods.Head],
            guard.Around(download.To(static e => e.HandleAsync)));
        routes.MapGet("/v1/search", guard.Around(search.To(static e => e.SearchAsync)));
        routes.MapGet("/v1/mentions", guard.Around(search.To(static e => e.MentionsAsync)));
    }
}
