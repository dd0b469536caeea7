# 公開首頁。
public-title = 您的雲端入口
public-lead = 請從這裡登入。如果您遺失了登入用的裝置，也能在這裡安全地重新取得存取權。
public-help = 登入說明
